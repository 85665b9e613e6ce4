"use strict";

const place = document.getElementById("redoc");
const fonts = "system-ui, 'Segoe UI', 'Noto Sans', Arial, sans-serif";
Redoc.init(
  place.dataset.contract,
  {
    hideDownloadButton: false,
    theme: { typography: { fontFamily: fonts, headings: { fontFamily: fonts } } },
  },
  place,
);
