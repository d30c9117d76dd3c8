package org.seqlm.example.task;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Strings of random letters, copied or reversed, as the first word of the source says. */
public final class CopyTask implements ExampleTask<CopyTask.Letters> {
  /** Letters of a string at most; all lengths from 1 are equally likely. */
  static final int LONGEST = 20;

  static final String COPY = "copy";
  static final String REVERSE = "reverse";
  private static final List<String> ORDERS = List.of(COPY, REVERSE);
  private static final List<String> ALPHABET = List.of("abcdefghij".split(""));

  /**
   * A string and what becomes of it.
   *
   * @param source what to do, then the letters
   * @param target letters
   */
  record Letters(List<String> source, List<String> target) implements TaskExample {
    @Override
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("source", source);
      fields.put("target", target);
      fields.put("length", target.size());
      return fields;
    }

    @Override
    public String line() {
      return String.join(" ", source) + " -> " + String.join(" ", target);
    }
  }

  @Override
  public String kind() {
    return "copy";
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
    return "strings of 1 to " + LONGEST + " random letters, copied or reversed as the source says";
  }

  @Override
  public TaskSizes sizes() {
    return new TaskSizes(20_000, 500, 1_000);
  }

  @Override
  public Letters draw(long seed, TaskSplit split, int position) {
    Draw draw = Draw.of(seed, kind(), split, position);
    String order = draw.of(ORDERS);
    int length = draw.between(1, LONGEST);
    List<String> source = new ArrayList<>();
    source.add(order);
    for (int i = 0; i < length; i++) {
      source.add(draw.of(ALPHABET));
    }
    List<String> target = new ArrayList<>(source.subList(1, source.size()));
    if (order.equals(REVERSE)) {
      Collections.reverse(target);
    }
    return new Letters(source, target);
  }

  @Override
  public Floor floor(List<Letters> test) {
    return Floor.certain(metric(), "the target is a function of the source");
  }
}
