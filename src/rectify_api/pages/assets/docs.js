// Swagger UI on this service's contract; a key already given to the overview in this tab is used here too.
const page = SwaggerUIBundle({
  url: "openapi.json",
  domNode: document.getElementById("contract"),
  deepLinking: true,
  displayOperationId: true,
  docExpansion: "none",
  filter: true,
  validatorUrl: null,
  onComplete: () => {
    const key = sessionStorage.getItem("rectify.key");
    if (key) page.preauthorizeApiKey("key", key);
  },
});
