/**
 * A back-off model as one file that is mapped and scored from where it lies: the contexts of a
 * model go in, in any form's order; they are sorted on the local disk as n-grams read backwards
 * (word, nearest, next nearest, ...), and a file comes out in one of two layouts, {@link
 * org.seqlm.ngram.compiled.FastModel} or {@link org.seqlm.ngram.compiled.SmallModel}.
 */
package org.seqlm.ngram.compiled;
