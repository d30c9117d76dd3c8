/**
 * The commands of {@code seqlm}, a package each: a record of configuration, whose defaults are a
 * commented YAML file, goes in, and a record of results comes out; {@link org.seqlm.job.SeqLM} is
 * where all of them start.
 */
package org.seqlm.job;
