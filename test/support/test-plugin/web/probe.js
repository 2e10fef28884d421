customElements.define('probe-window', class extends HTMLElement {});
