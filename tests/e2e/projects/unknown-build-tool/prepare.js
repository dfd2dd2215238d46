console.log('prepared');
