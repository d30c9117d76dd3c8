/**
 * Where each word of a text stands, and its lines. Lines go in, in the order of the text, and an
 * index comes out ({@code IndexWriter}): the lines as they stood, the words in the order of their
 * bytes, the places of each. A query ({@code Query}) finds places in it, in their order ({@code
 * Search}), and lines around them ({@code ContextReader}); the words with their counts and
 * documents come out in the order of their bytes ({@code TermMerge}).
 */
package org.seqlm.concordance;
