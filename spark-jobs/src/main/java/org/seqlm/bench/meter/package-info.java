/** What processes, Spark's tasks and rounds cost, as the system counts it. */
package org.seqlm.bench.meter;
