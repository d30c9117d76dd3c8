package org.seqlm.job.example;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/**
 * What {@code example} is told.
 *
 * @param output folder
 * @param size of the text, for instance {@code 2MB}
 * @param pairs at least so many a distance
 * @param seed of all sentences
 * @param partitions not used
 */
public record ExampleConfig(String output, String size, int pairs, long seed, int partitions)
    implements JobConfig {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,15}) *([kmg]?)b?");

  public ExampleConfig {
    Problems problems =
        new Problems()
            .present("output", output, "give --output")
            .present("size", size, "give --size, for instance 2MB")
            .inRange("pairs", pairs, 1, 10_000)
            .atLeast("partitions", partitions, 0);
    if (size != null) {
      problems.require(
          bytes(size) > 0,
          "size must be a whole number of at least 1 with kB, MB, GB or nothing, but is " + size);
    }
    problems.throwIfAny();
  }

  /** The size in bytes. */
  long bytes() {
    return bytes(size);
  }

  /** The bytes a size means; -1 if it means none. */
  private static long bytes(String size) {
    Matcher matcher = SIZE.matcher(size.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return -1;
    }
    long unit =
        switch (matcher.group(2)) {
          case "k" -> 1_000L;
          case "m" -> 1_000_000L;
          case "g" -> 1_000_000_000L;
          default -> 1L;
        };
    long number = Long.parseLong(matcher.group(1));
    return number > Long.MAX_VALUE / unit / 2 ? -1 : number * unit;
  }

  @Override
  public JobFiles files() {
    return new JobFiles().writes("--output", output);
  }
}
