const ITEMS = ["milk", "bread"];

exports.list = () => ITEMS.map((name) => ({ name }));
