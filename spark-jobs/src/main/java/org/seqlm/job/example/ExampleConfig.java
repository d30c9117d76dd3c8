package org.seqlm.job.example;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.seqlm.Problems;
import org.seqlm.example.task.AdditionTask;
import org.seqlm.example.task.CopyTask;
import org.seqlm.example.task.DatesTask;
import org.seqlm.example.task.ExampleTask;
import org.seqlm.example.task.GlyphsTask;
import org.seqlm.example.task.MotionTask;
import org.seqlm.example.task.SentimentTask;
import org.seqlm.example.task.SeriesTask;
import org.seqlm.example.task.TagsTask;
import org.seqlm.example.task.TaskSizes;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/**
 * What {@code example} is told.
 *
 * @param output folder
 * @param kind what is made
 * @param size grammar: of the text, for instance {@code 2MB}
 * @param pairs grammar: at least so many a distance
 * @param examples other kinds: how many
 * @param glyphs settings of that kind
 * @param motion settings of that kind
 * @param seed of all sentences or examples
 * @param partitions not used
 */
public record ExampleConfig(
    String output,
    ExampleKind kind,
    String size,
    int pairs,
    Examples examples,
    Noise glyphs,
    Noise motion,
    long seed,
    int partitions)
    implements JobConfig {
  /**
   * The group {@code examples}.
   *
   * @param train null for as many as the kind has by itself; so the others
   * @param valid examples
   * @param test examples
   */
  record Examples(Integer train, Integer valid, Integer test) {}

  /**
   * The groups {@code glyphs} and {@code motion}.
   *
   * @param noise standard deviation of each pixel's
   */
  record Noise(double noise) {}

  private static final Pattern SIZE = Pattern.compile("([0-9]{1,15}) *([kmg]?)b?");

  public ExampleConfig {
    Problems problems =
        new Problems()
            .present("output", output, "give --output")
            .present("kind", kind, "give --kind, for instance grammar")
            .present("examples", examples, "give train, valid and test, or null for each")
            .present("glyphs", glyphs, "give noise")
            .present("motion", motion, "give noise")
            .present("size", size, "give --size, for instance 2MB")
            .inRange("pairs", pairs, 1, 10_000)
            .atLeast("partitions", partitions, 0);
    if (size != null) {
      problems.require(
          bytes(size) > 0,
          "size must be a whole number of at least 1 with kB, MB, GB or nothing, but is " + size);
    }
    problems.throwIfAny();
    if (kind != ExampleKind.GRAMMAR) {
      sizes(task(kind, glyphs, motion), examples); // which check what they are told
    }
  }

  /** The source of a kind that is not the grammar. */
  ExampleTask<?> task() {
    return task(kind, glyphs, motion);
  }

  private static ExampleTask<?> task(ExampleKind kind, Noise glyphs, Noise motion) {
    return switch (kind) {
      case GRAMMAR -> throw new IllegalStateException("the grammar is a text");
      case ADDITION -> new AdditionTask();
      case DATES -> new DatesTask();
      case COPY -> new CopyTask();
      case TAGS -> new TagsTask();
      case SENTIMENT -> new SentimentTask();
      case GLYPHS -> new GlyphsTask(glyphs.noise());
      case MOTION -> new MotionTask(motion.noise());
      case SERIES -> new SeriesTask();
    };
  }

  /** How many examples of it. */
  TaskSizes sizes() {
    return sizes(task(), examples);
  }

  private static TaskSizes sizes(ExampleTask<?> task, Examples examples) {
    TaskSizes own = task.sizes();
    return new TaskSizes(
        examples.train() == null ? own.train() : examples.train(),
        examples.valid() == null ? own.valid() : examples.valid(),
        examples.test() == null ? own.test() : examples.test());
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
