package org.seqlm.example.task;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.neural.KeyedRandom;

/**
 * Dates in words and how ISO 8601 writes them. A day of the calendar is of one split, chosen by a
 * hash of it and the seed, so no split has a date of another.
 */
public final class DatesTask implements ExampleTask<DatesTask.Dated> {
  static final LocalDate FIRST = LocalDate.of(1900, 1, 1);
  static final LocalDate LAST = LocalDate.of(2099, 12, 31);

  private static final int DAYS = Math.toIntExact(LAST.toEpochDay() - FIRST.toEpochDay() + 1);
  private static final List<DateWords.Style> STYLES = List.of(DateWords.Style.values());

  /**
   * A date.
   *
   * @param source its words, marks and digits
   * @param target the characters of its ISO form, {@code 1987-03-03}
   */
  record Dated(List<String> source, List<String> target) implements TaskExample {
    @Override
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("source", source);
      fields.put("target", target);
      return fields;
    }

    @Override
    public String line() {
      return String.join(" ", source) + " -> " + String.join("", target);
    }
  }

  @Override
  public String kind() {
    return "dates";
  }

  @Override
  public String task() {
    return "sequence";
  }

  @Override
  public String metric() {
    return "exact-match";
  }

  @Override
  public String description() {
    return "dates of "
        + FIRST.getYear()
        + " to "
        + LAST.getYear()
        + " in words, in "
        + STYLES.size()
        + " styles, to ISO 8601; no date is in two splits";
  }

  @Override
  public TaskSizes sizes() {
    return new TaskSizes(12_000, 500, 1_000);
  }

  @Override
  public Dated draw(long seed, TaskSplit split, int position) {
    Draw draw = Draw.of(seed, kind(), split, position);
    LocalDate date = FIRST.plusDays(draw.below(DAYS));
    while (split(seed, date) != split) {
      date = FIRST.plusDays(draw.below(DAYS));
    }
    return new Dated(DateWords.of(date, draw.of(STYLES)), List.of(date.toString().split("")));
  }

  /** Of ten days about eight are of the training, one of each other split. */
  static TaskSplit split(long seed, LocalDate date) {
    double share = KeyedRandom.of(seed, "example.dates.split", date.toEpochDay()).uniform(0);
    return share < 0.1 ? TaskSplit.TEST : share < 0.2 ? TaskSplit.VALID : TaskSplit.TRAIN;
  }

  @Override
  public Floor floor(List<Dated> test) {
    return Floor.certain(metric(), "the words name one date only");
  }
}
