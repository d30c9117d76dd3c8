package org.seqlm.job.prepare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.ColumnType;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleOrigin;
import org.seqlm.dataset.ExampleStatistics;
import org.seqlm.dataset.FeatureStatistics;
import org.seqlm.dataset.Split;

/** What the user reads of labelled examples. */
final class ExamplesSummary {
  /** Labels, or features, that are listed of a column. */
  private static final int SHOWN = 8;

  private final ExamplesResult result;
  private final StringBuilder text = new StringBuilder();

  private ExamplesSummary(ExamplesResult result) {
    this.result = result;
  }

  static String of(ExamplesResult result) {
    return new ExamplesSummary(result).text();
  }

  private String text() {
    line("task", Json.name(result.task()) + ", " + result.metric() + " counts" + origin());
    splits();
    for (ExampleColumn column : result.columns()) {
      line(column.name(), column(column));
    }
    result.badRecords().forEach((kind, count) -> line("left out", number(count) + " " + kind));
    line("examples", result.examples());
    return text.toString();
  }

  private void line(String name, String value) {
    text.append(String.format(Locale.ROOT, "%-10s %s%n", name, value));
  }

  private static String number(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  private String origin() {
    if (result.origin() == null) {
      return "";
    }
    ExampleOrigin.Best best = result.origin().best(result.metric());
    return "; the built-in example "
        + result.origin().kind()
        + (best == null
            ? ""
            : String.format(
                Locale.ROOT, ", whose best possible %s is %.4g", result.metric(), best.value()));
  }

  /** A row a split: examples, blocks, and of each ragged column the longest. */
  private void splits() {
    List<String> ragged =
        result.columns().stream()
            .filter(column -> column.ragged() && column.type() != ColumnType.MASK)
            .map(ExampleColumn::name)
            .toList();
    text.append(String.format(Locale.ROOT, "%-10s %10s %8s", "split", "examples", "blocks"));
    ragged.forEach(name -> text.append("  longest ").append(name));
    text.append(String.format(Locale.ROOT, "%n"));
    for (Split split : Split.values()) {
      ExampleStatistics one = result.splits().get(split);
      text.append(
          String.format(
              Locale.ROOT,
              "%-10s %,10d %8d",
              Json.name(split),
              one.examples(),
              one.blocks().size()));
      for (String name : ragged) {
        text.append(
            String.format(
                Locale.ROOT,
                "%," + ("  longest ".length() + name.length()) + "d",
                one.longest().getOrDefault(name, 0)));
      }
      text.append(String.format(Locale.ROOT, "%n"));
    }
    line("dealt out", result.splitsBy());
  }

  private String column(ExampleColumn column) {
    String name = column.name();
    if (result.labels().containsKey(name)) {
      return labels(name);
    }
    if (result.vocabularies().containsKey(name)) {
      ExampleStatistics train = result.splits().get(Split.TRAIN);
      return String.format(
          Locale.ROOT,
          "%,d ids for %,d types; %,d tokens to train on%s",
          result.vocabularies().get(name).size(),
          result.types().getOrDefault(name, 0L),
          train.items().getOrDefault(name, 0L),
          unknown(name));
    }
    String shape = column.itemShape().isEmpty() ? "one number" : "shape " + column.itemShape();
    String items = column.ragged() ? " an item" : "";
    FeatureStatistics features = result.features().get(name);
    return shape + items + (features == null ? ", 1 where a value is there" : features(features));
  }

  private String unknown(String name) {
    List<String> shares = new ArrayList<>();
    for (Split split : Split.values()) {
      ExampleStatistics one = result.splits().get(split);
      long items = one.items().getOrDefault(name, 0L);
      if (items > 0) {
        shares.add(
            String.format(
                Locale.ROOT,
                "%s %.3f %%",
                Json.name(split),
                100.0 * one.unknown().getOrDefault(name, 0L) / items));
      }
    }
    return "; unknown: " + String.join(", ", shares);
  }

  /** The most frequent labels with their counts in the train split. */
  private String labels(String name) {
    List<String> names = result.labels().get(name);
    List<Long> counts = result.splits().get(Split.TRAIN).labels().get(name);
    List<String> shown =
        IntStream.range(0, names.size())
            .boxed()
            .sorted(Comparator.comparing((Integer i) -> -counts.get(i)))
            .limit(SHOWN)
            .map(i -> names.get(i) + ": " + number(counts.get(i)))
            .toList();
    return number(names.size())
        + " labels, in the train split "
        + String.join(", ", shown)
        + more(names.size());
  }

  private static String more(int all) {
    return all > SHOWN ? " and " + number(all - SHOWN) + " more" : "";
  }

  private static String features(FeatureStatistics features) {
    List<String> shown = new ArrayList<>();
    int all = features.means().size();
    for (int f = 0; f < Math.min(SHOWN, all); f++) {
      shown.add(
          String.format(
              Locale.ROOT, "%.4g ± %.4g", features.means().get(f), features.deviations().get(f)));
    }
    return ", mean and deviation " + String.join(", ", shown) + more(all);
  }
}
