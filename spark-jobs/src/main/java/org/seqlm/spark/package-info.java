/**
 * What runs in Spark: reading corpora, making datasets, counting and scoring n-grams, training
 * networks by averaging, scoring and comparing sentences with any model, and how what they send
 * crosses the wire. The algorithms themselves lie in the packages before this one.
 */
package org.seqlm.spark;
