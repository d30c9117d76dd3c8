package org.seqlm.example.task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two binary numbers, the least significant bit first: a step reads both bits and tags the sum's.
 * The last step reads 00, so that the last carry is written. The sum is a function of the input. In
 * half of the examples most steps hand a carry on, which even bits do rarely for long.
 */
public final class AdditionTask implements ExampleTask<AdditionTask.Sum> {
  /** Steps of training examples at least. */
  static final int SHORTEST = 2;

  /** Steps of training examples at most. */
  static final int LONGEST_TRAINED = 8;

  /** Steps of the other splits' examples, in turn. */
  static final List<Integer> LENGTHS = List.of(LONGEST_TRAINED, 16, 32);

  /**
   * An addition.
   *
   * @param input by step both bits, {@code 01}
   * @param tags by step the sum's bit
   */
  record Sum(List<String> input, List<String> tags) implements TaskExample {
    @Override
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("input", input);
      fields.put("tags", tags);
      fields.put("length", input.size());
      return fields;
    }

    @Override
    public String line() {
      return String.join(" ", input) + " -> " + String.join(" ", tags);
    }
  }

  @Override
  public String kind() {
    return "addition";
  }

  @Override
  public String task() {
    return "tag";
  }

  @Override
  public String metric() {
    return "exact-match";
  }

  @Override
  public String description() {
    return "binary addition, least significant bit first; training has "
        + SHORTEST
        + " to "
        + LONGEST_TRAINED
        + " steps, the other splits "
        + LENGTHS;
  }

  @Override
  public TaskSizes sizes() {
    return new TaskSizes(8_000, 600, 1_500);
  }

  @Override
  public Sum draw(long seed, TaskSplit split, int position) {
    Draw draw = Draw.of(seed, kind(), split, position);
    int length =
        split == TaskSplit.TRAIN
            ? draw.between(SHORTEST, LONGEST_TRAINED)
            : LENGTHS.get(position % LENGTHS.size());
    double handOn = draw.chance(0.5) ? 0.5 : 0.9;
    List<String> input = new ArrayList<>();
    List<String> tags = new ArrayList<>();
    int carry = 0;
    for (int t = 0; t < length; t++) {
      int first = draw.below(2);
      int second = draw.chance(handOn) ? 1 - first : first;
      if (t == length - 1) {
        first = 0;
        second = 0;
      }
      int sum = first + second + carry;
      carry = sum / 2;
      input.add(first + "" + second);
      tags.add(Integer.toString(sum % 2));
    }
    return new Sum(input, tags);
  }

  @Override
  public Floor floor(List<Sum> test) {
    return Floor.certain(metric(), "the sum is a function of the two numbers, at any length");
  }
}
