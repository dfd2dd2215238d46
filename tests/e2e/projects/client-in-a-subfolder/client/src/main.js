const teas = await (await fetch('/api/teas')).json();
document.querySelector('#teas').innerHTML = teas.map((it) => `<li>${it}</li>`).join('');
