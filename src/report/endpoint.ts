export { endpoint } from '../core/endpoint.js';
