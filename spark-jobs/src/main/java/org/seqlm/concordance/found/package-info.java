/**
 * What a query found in all of an index: what each file of the index has goes in, in any order, and
 * counts, a sample of the places, what has most of them, and lines in an order and aligned come
 * out.
 */
package org.seqlm.concordance.found;
