/** What commands share that analyse a corpus: how their tables are written. */
package org.seqlm.job.analysis;
