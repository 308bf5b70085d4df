// A node.exe that only starts: one byte out, then idle. What remains is what Node itself costs.
process.stdout.write('.');
setInterval(() => {}, 2 ** 30);
