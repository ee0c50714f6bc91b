// Makes HTML and SVG elements.

const SVG = "http://www.w3.org/2000/svg";

export const html = (name, properties = {}, ...children) => filled(document.createElement(name), properties, children);

export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function filled(made, properties, children) {
  Object.assign(made, properties);
  made.append(...children);
  return made;
}
