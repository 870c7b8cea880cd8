// The live page of the account: adds what happens to the list, and says when it is over.
"use strict";

const status = document.querySelector("[data-stream]");
const feed = document.querySelector(".feed");
const source = new EventSource(status.dataset.stream);

const say = (state) => {
  status.textContent = status.dataset[state];
  status.dataset.state = state;
};

source.addEventListener("open", () => say("open"));
source.addEventListener("error", () => {
  // The browser tries again by itself, unless the server has refused: the session is over.
  if (source.readyState === EventSource.CLOSED) end();
  else say("lost");
});

source.addEventListener("activity", (event) => {
  const { what, when } = JSON.parse(event.data);
  const entry = document.createElement("li");
  for (const [tag, text] of [["span", what], ["small", when]]) {
    entry.appendChild(document.createElement(tag)).textContent = text;
  }
  entry.className = "new";
  feed.prepend(entry);
  document.querySelector(".empty")?.remove();
});

source.addEventListener("ended", end);

function end() {
  source.close();
  say("ended");
  document.querySelector(".ended").hidden = false;
}

// A page that is left holds no connection, and one that comes back starts anew.
addEventListener("pagehide", () => source.close());
addEventListener("pageshow", (event) => event.persisted && location.reload());
