/** {@code seqlm trend}: a registry in, one page about all its nights out. */
package org.seqlm.job.trend;
