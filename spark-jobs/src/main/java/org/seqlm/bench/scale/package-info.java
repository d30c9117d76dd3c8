/**
 * How counting grows: generated texts of several sizes go in, each counted with every limit
 * absurdly low; what a count cost comes out ({@code ScaleRun}), and for each figure a power law
 * that is fitted on some sizes, tested on larger ones, and only then carried on to a cluster.
 */
package org.seqlm.bench.scale;
