/**
 * Benchmarks of what is done to a corpus: cutting it, judging it, and finding what stands in it
 * twice.
 */
package org.seqlm.job.bench.corpus;
