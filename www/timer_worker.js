// Timers that go on at full speed while the page's tab is hidden: the page posts
// [id, milliseconds] and gets the id back when the time is over.
onmessage = ({ data: [id, ms] }) => setTimeout(() => postMessage(id), ms);
