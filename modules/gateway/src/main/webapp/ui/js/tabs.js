/** A tab list after the WAI-ARIA pattern: arrow keys move, the chosen tab's pane is shown. */

/**
 * @param {Element} list holds the buttons with role tab and aria-controls
 * @param {(paneId: string) => void} onShow told whenever a pane comes to the front
 * @returns {(paneId: string) => void} shows a pane
 */
export function setUpTabs(list, onShow) {
  const tabs = [...list.querySelectorAll('[role=tab]')];
  const select = (chosen, focus) => {
    for (const tab of tabs) {
      const on = tab === chosen;
      tab.setAttribute('aria-selected', on);
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute('aria-controls')).hidden = !on;
    }
    if (focus) {
      chosen.focus();
    }
    onShow(chosen.getAttribute('aria-controls'));
  };
  tabs.forEach((tab) => tab.addEventListener('click', () => select(tab, false)));
  list.addEventListener('keydown', (event) => {
    const place = tabs.indexOf(document.activeElement);
    const next = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (place >= 0 && next !== undefined) {
      event.preventDefault();
      select(tabs[(next + tabs.length) % tabs.length], true);
    }
  });
  return (paneId) => select(tabs.find((tab) => tab.getAttribute('aria-controls') === paneId), false);
}
