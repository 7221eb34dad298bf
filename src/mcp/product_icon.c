/* The server's icon: a figure that carries a beam; PNG, 48x48, two colours. */
#include "mcp/product.h"

const char product_icon[] =
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAADAAAAAwAQMAAABtzGvEAAAABlBMVEX///8MZuTIGMBaAAAAUUlEQVR42mNgwAP4/wPBBxIoBhDF"
    "gE79YGCQR6KYD4Ap/g9gSv4HIer//J+YZqJS9v///4G4F+gGBub//w8wgCXBvqj/h5uyqyGSghqNSmEBAI9XcZhBvWmHAAAAAElF"
    "TkSuQmCC";
