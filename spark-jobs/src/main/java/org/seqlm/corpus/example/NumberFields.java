package org.seqlm.corpus.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.dataset.ExampleTask;

/** Reads fields that hold numbers. */
final class NumberFields {
  /** Axes of a frame and of a sequence of frames: time, height, width, channels. */
  private static final int FRAME_AXES = 4;

  /** Axes beyond which no grid goes, with that of the channels. */
  private static final int MOST_AXES = 8;

  /** Values of one example. */
  private static final long MOST_VALUES = 1L << 28;

  private final RoleColumns columns;

  NumberFields(RoleColumns columns) {
    this.columns = columns;
  }

  /** A vector // (features). */
  ExampleValue.Numbers vector(JsonNode array, String role) throws BadExampleException {
    float[] values = new float[requireFilled(array, role)];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(array.get(i), role);
    }
    return new ExampleValue.Numbers(values, null, 1, List.of(values.length));
  }

  /** Vectors // (items, features). */
  ExampleValue.Numbers vectors(JsonNode array, String role) throws BadExampleException {
    int items = requireFilled(array, role);
    int features = requireFilled(array.get(0), role);
    float[] values = new float[Math.multiplyExact(items, features)];
    for (int i = 0; i < items; i++) {
      fill(values, i, features, array.get(i), role);
    }
    return new ExampleValue.Numbers(values, null, items, List.of(features));
  }

  private void fill(float[] values, int item, int features, JsonNode vector, String role)
      throws BadExampleException {
    if (!vector.isArray()) {
      throw wrongType(role, vector, "an array of numbers for each element");
    }
    requireFeatures(vector, item, features, role);
    for (int f = 0; f < features; f++) {
      values[item * features + f] = number(vector.get(f), role);
    }
  }

  private void requireFeatures(JsonNode vector, int item, int features, String role)
      throws BadExampleException {
    if (vector.size() != features) {
      throw new BadExampleException(
          ExampleProblem.WRONG_SHAPE,
          columns.shown(role)
              + ": element "
              + (item + 1)
              + " has "
              + vector.size()
              + " numbers, but those before it have "
              + features
              + ": give all as many");
    }
  }

  /** A series: steps that are arrays of numbers or null, or null // (steps, features). */
  ExampleValue.Numbers series(JsonNode array, String role) throws BadExampleException {
    int steps = requireFilled(array, role);
    if (steps < 2) {
      throw new BadExampleException(
          ExampleProblem.EMPTY,
          columns.shown(role)
              + " has 1 step, but the next one is to be predicted: give at least 2, or leave the"
              + " example out");
    }
    int features = 0;
    for (JsonNode step : array) {
      if (!step.isNull()) {
        features = step.isArray() ? step.size() : 1;
        break;
      }
    }
    float[] values = new float[Math.multiplyExact(steps, features)];
    byte[] observed = new byte[values.length];
    int there = 0;
    for (int i = 0; i < steps; i++) {
      JsonNode step = array.get(i);
      if (step.isNull()) {
        continue;
      }
      if (step.isArray()) {
        requireFeatures(step, i, features, role);
      } else if (features != 1) {
        throw wrongType(role, step, "an array of numbers, or null, for each step");
      }
      for (int f = 0; f < features; f++) {
        JsonNode value = step.isArray() ? step.get(f) : step;
        if (!value.isNull()) {
          values[i * features + f] = number(value, role);
          observed[i * features + f] = 1;
          there++;
        }
      }
    }
    if (there == 0) {
      throw new BadExampleException(
          ExampleProblem.ALL_MISSING,
          columns.shown(role)
              + " has no value in any of its "
              + steps
              + " steps: leave the example out");
    }
    return new ExampleValue.Numbers(values, observed, steps, List.of(features));
  }

  /** Times of steps, each later than the one before // (steps). */
  ExampleValue.Numbers times(JsonNode array, String role) throws BadExampleException {
    float[] values = new float[requireFilled(array, role)];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(array.get(i), role);
      if (i > 0 && values[i] <= values[i - 1]) {
        throw new BadExampleException(
            ExampleProblem.OUT_OF_RANGE,
            columns.shown(role)
                + ": "
                + array.get(i)
                + " does not come after "
                + array.get(i - 1)
                + ": give rising times, of which float32 tells one from the next");
      }
    }
    return new ExampleValue.Numbers(values, null, values.length, List.of());
  }

  /** A grid // (itemShape...), or frames // (frames, itemShape...), by its shape. */
  ExampleValue.Numbers shaped(JsonNode array, JsonNode shape) throws BadExampleException {
    boolean frames = columns.task() == ExampleTask.FRAMES;
    List<Integer> axes = axes(shape, frames);
    long wanted = 1;
    for (int axis : axes) {
      wanted *= axis;
      if (wanted > MOST_VALUES) {
        throw new BadExampleException(
            ExampleProblem.OUT_OF_RANGE,
            columns.shown(RoleColumns.SHAPE)
                + " "
                + axes
                + " is of more than "
                + MOST_VALUES
                + " values: cut the example into smaller ones");
      }
    }
    int there = requireFilled(array, RoleColumns.VALUES);
    if (there != wanted) {
      throw new BadExampleException(
          ExampleProblem.WRONG_SHAPE,
          columns.shown(RoleColumns.VALUES)
              + " has "
              + there
              + " values, but "
              + columns.shown(RoleColumns.SHAPE)
              + " "
              + axes
              + " is of "
              + wanted
              + ": give as many, row by row, or the right shape");
    }
    float[] values = new float[there];
    for (int i = 0; i < there; i++) {
      values[i] = number(array.get(i), RoleColumns.VALUES);
    }
    return frames
        ? new ExampleValue.Numbers(
            values, null, axes.get(0), List.copyOf(axes.subList(1, axes.size())))
        : new ExampleValue.Numbers(values, null, 1, axes);
  }

  private List<Integer> axes(JsonNode shape, boolean frames) throws BadExampleException {
    String wanted =
        frames ? "[frames, height, width, channels]" : "the lengths of the axes and the channels";
    if (!shape.isArray()) {
      throw wrongType(RoleColumns.SHAPE, shape, "an array: " + wanted);
    }
    List<Integer> axes = new ArrayList<>();
    for (JsonNode axis : shape) {
      if (!axis.isIntegralNumber()) {
        throw wrongType(RoleColumns.SHAPE, axis, "whole numbers: " + wanted);
      }
      if (!axis.canConvertToInt() || axis.intValue() < 1) {
        throw new BadExampleException(
            ExampleProblem.OUT_OF_RANGE,
            columns.shown(RoleColumns.SHAPE)
                + " has "
                + axis
                + ", but an axis is 1 to "
                + Integer.MAX_VALUE
                + " long: give "
                + wanted);
      }
      axes.add(axis.intValue());
    }
    if (frames ? axes.size() != FRAME_AXES : axes.size() < 2 || axes.size() > MOST_AXES) {
      throw new BadExampleException(
          ExampleProblem.WRONG_SHAPE,
          columns.shown(RoleColumns.SHAPE)
              + " "
              + axes
              + " has "
              + axes.size()
              + (axes.size() == 1 ? " number" : " numbers")
              + ", but "
              + (frames ? FRAME_AXES : "2 to " + MOST_AXES)
              + " are needed: give "
              + wanted);
    }
    return List.copyOf(axes);
  }

  private int requireFilled(JsonNode array, String role) throws BadExampleException {
    if (!array.isArray()) {
      throw wrongType(role, array, "an array of numbers");
    }
    if (array.isEmpty()) {
      throw new BadExampleException(
          ExampleProblem.EMPTY,
          columns.shown(role) + " is empty: give it something, or leave the example out");
    }
    return array.size();
  }

  private float number(JsonNode value, String role) throws BadExampleException {
    if (!value.isNumber()) {
      throw wrongType(role, value, "numbers");
    }
    float number = value.floatValue();
    if (!Float.isFinite(number)) {
      throw new BadExampleException(
          ExampleProblem.NOT_FINITE,
          columns.shown(role)
              + " has "
              + BadExampleException.shown(value.asText())
              + ", which is no finite float32: mend it"
              + (columns.task() == ExampleTask.SERIES
                  ? ", or give null where a value is missing"
                  : ", or leave the example out"));
    }
    return number + 0f; // -0 is 0: equal numbers are equal bytes
  }

  BadExampleException wrongType(String role, JsonNode value, String wanted) {
    String what =
        value.isNull()
            ? "null"
            : value.isArray()
                ? "an array"
                : value.isObject()
                    ? "an object"
                    : value.isTextual()
                        ? "the string \"" + BadExampleException.shown(value.textValue()) + "\""
                        : value.isNumber()
                            ? "the number " + value.asText()
                            : BadExampleException.shown(value.asText());
    return new BadExampleException(
        ExampleProblem.WRONG_TYPE,
        columns.shown(role) + " has " + what + ", but " + wanted + " is needed: mend it");
  }
}
