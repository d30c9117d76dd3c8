/**
 * What a network reads of a series with gaps: values, and which of them were observed, go in by
 * steps; what stands in for a missing value comes out, made only of what was known at the time.
 */
package org.seqlm.neural.series;
