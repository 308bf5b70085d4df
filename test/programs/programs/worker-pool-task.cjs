module.exports = (url) => {
  console.log(`a thread works on ${url}`);
  return new Promise((done) => setTimeout(() => done(url === '/slow' ? 'slow' : 'ok'), url === '/slow' ? 800 : 0));
};
