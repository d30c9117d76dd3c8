/** What benchmarks share that run many jobs: a folder of their own, and how far they are. */
package org.seqlm.job.bench.place;
