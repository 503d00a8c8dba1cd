// Tailwind 4 as the only PostCSS plugin.
export default { plugins: { '@tailwindcss/postcss': {} } };
