// A script that does its work and ends.
setTimeout(() => console.log('done'), 100);
