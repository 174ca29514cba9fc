// An absolute URL: "Try it out" resolves the description's relative server against it.
SwaggerUIBundle({
  url: new URL("openapi.json", document.baseURI).href,
  dom_id: "#page",
  validatorUrl: null, // the default sends the description to a public host
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
});
