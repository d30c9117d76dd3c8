/**
 * Where each word of a text stands, and its lines: lines go in, in the order of the text, and an
 * index comes out ({@code IndexWriter}); a query finds places in it, in their order ({@code
 * Search}), and the lines around them are drawn as they stood ({@code ContextReader}). The words
 * with their counts and documents come out in the order of their bytes ({@code TermMerge}).
 */
package org.seqlm.concordance;
