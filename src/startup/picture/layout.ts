/**
 * Where the parts of a picture are, from left to right: a margin, the names of the containers, their lanes, a margin. In units of the viewBox;
 * at a width of 600 pixels the smallest text is still 8 pixels high.
 */
export const width = 760
export const margin = 16
export const gutter = 168
export const plotLeft = margin + gutter
export const plotRight = width - margin - 12
