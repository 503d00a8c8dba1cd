// dcmjs ships no types; tests use it only as a second opinion.
declare module 'dcmjs';
