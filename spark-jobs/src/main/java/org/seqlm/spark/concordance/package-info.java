/**
 * Indexes of text in Spark: ranges of a text go in, read once, a task a range, and a file of an
 * index comes out for each ({@link org.seqlm.spark.concordance.IndexBuilding}); a query goes to the
 * files, and what each finds comes back, in the order of the text ({@link
 * org.seqlm.spark.concordance.IndexSearch}), the same whatever the tasks.
 */
package org.seqlm.spark.concordance;
