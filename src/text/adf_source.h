/* Notes in each node read from ADF where its object lies in doc->src (src, src_end), and
 * where the elements of its "content" array lie (body, body_end: between the brackets). */
#ifndef TEXT_ADF_SOURCE_H
#define TEXT_ADF_SOURCE_H

#include "text/doc.h"

void adf_source(struct doc *);

#endif
