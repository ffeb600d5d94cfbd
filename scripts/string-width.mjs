// Stands in for the package `string-width` in our bundles: everything measured with it there is our own ASCII.
export default (text) => text.replace(/\u001b\[[0-9;]*m/g, '').length;
