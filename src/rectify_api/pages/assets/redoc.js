// Redoc on this service's contract, in fonts that the reader has.
const fonts = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
Redoc.init(
  "openapi.json",
  {
    nativeScrollbars: true,
    scrollYOffset: "nav.contract",
    theme: {
      typography: { fontFamily: fonts, headings: { fontFamily: fonts } },
      colors: { primary: { main: "#8f1d1d" } },
    },
  },
  document.getElementById("contract"),
);
