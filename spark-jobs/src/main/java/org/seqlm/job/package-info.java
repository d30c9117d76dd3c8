/**
 * The commands of {@code seqlm}: each has a record of configuration, whose defaults are a commented
 * YAML file, and a record of results; {@link org.seqlm.job.SeqLM} is where all of them start.
 */
package org.seqlm.job;
