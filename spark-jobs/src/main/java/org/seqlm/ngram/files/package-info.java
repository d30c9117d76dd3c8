/**
 * Counted n-grams and their models as artifacts: slices of counts and of the model, or Parquet
 * tables, one row an n-gram; tables of text beside them. All of ngram that names Hadoop.
 */
package org.seqlm.ngram.files;
