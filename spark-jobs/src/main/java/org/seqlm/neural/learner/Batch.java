package org.seqlm.neural.learner;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a step reads: named arrays of ints and floats, row-major, whose first extent is B, the
 * batch's size. Where sequences differ in length they are padded with zeros at their ends, and an
 * array {@code name-lengths} (B) says how long each is. A mask is an array of ints, 1 where there
 * is something.
 *
 * <p>Arrays belong to whoever made the batch and are good until the next is made; nobody changes
 * them.
 */
public final class Batch {
  private static final String LENGTHS = "-lengths";

  private final int size;
  private final Map<String, Ints> ints = new LinkedHashMap<>();
  private final Map<String, Floats> floats = new LinkedHashMap<>();

  /**
   * Whole numbers.
   *
   * @param values row-major, at least as many as the shape says
   * @param shape the first extent is B
   */
  public record Ints(int[] values, int... shape) {}

  /**
   * Numbers.
   *
   * @param values row-major, at least as many as the shape says
   * @param shape the first extent is B
   */
  public record Floats(float[] values, int... shape) {}

  /** An empty batch of B examples or streams. */
  public Batch(int size) {
    this.size = size;
  }

  /** Of a language model: windows {@code inputs} and the tokens after them, {@code targets}. */
  public static Batch window(int batch, int timeSteps, int[] inputs, int[] targets) {
    return new Batch(batch)
        .put("inputs", new Ints(inputs, batch, timeSteps))
        .put("targets", new Ints(targets, batch, timeSteps));
  }

  /** B. */
  public int size() {
    return size;
  }

  /** Adds an array. */
  public Batch put(String name, Ints array) {
    ints.put(checked(name, array.shape(), array.values().length), array);
    return this;
  }

  /** Adds an array. */
  public Batch put(String name, Floats array) {
    floats.put(checked(name, array.shape(), array.values().length), array);
    return this;
  }

  /** Adds how long the sequences of an array are. */
  public Batch putLengths(String name, int[] lengths) {
    return put(name + LENGTHS, new Ints(lengths, size));
  }

  private String checked(String name, int[] shape, int values) {
    long elements = 1;
    for (int extent : shape) {
      elements *= extent;
    }
    if (shape.length == 0 || shape[0] != size || elements > values) {
      throw new IllegalArgumentException(
          name + " has the shape " + Arrays.toString(shape) + " in a batch of " + size);
    }
    return name;
  }

  /**
   * An array of ints.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public Ints ints(String name) {
    return there(name, ints.get(name));
  }

  /**
   * An array of floats.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public Floats floats(String name) {
    return there(name, floats.get(name));
  }

  /** How long the sequences of an array are, (B). */
  public int[] lengths(String name) {
    return ints(name + LENGTHS).values();
  }

  /** Whether there is an array of this name. */
  public boolean has(String name) {
    return ints.containsKey(name) || floats.containsKey(name);
  }

  private <T> T there(String name, T array) {
    if (array == null) {
      throw new IllegalArgumentException(
          "the batch has no " + name + ", but " + ints.keySet() + " and " + floats.keySet());
    }
    return array;
  }
}
