/** How bytes cross between processes: serialisers for Kryo, and shuffles keyed by a number. */
package org.seqlm.spark.io;
