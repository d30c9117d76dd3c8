package org.seqlm.metrics.tensorboard;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * The records of an event file. Each is a TFRecord (TensorFlow's {@code record_writer.cc}): the
 * length in eight bytes, its masked CRC-32C, an {@code Event} ({@code event.proto}), and the masked
 * CRC-32C of that; all little-endian.
 *
 * <p>A line of metrics becomes scalars and texts by its keys alone: a number under {@code
 * workers[0].loss} of a line of type {@code round} is the scalar {@code round/workers/0/loss}. So
 * whatever is measured tomorrow shows by itself. What would be a flat line or the axis once more
 * ({@link #NO_CURVE}) is left out.
 */
public final class EventRecords {
  /** What a file's first record says; readers of this version heed {@link #restart}. */
  private static final String VERSION = "brain.Event:2";

  /** Of an array only so many elements are shown: each is a curve of its own. */
  static final int MOST_ELEMENTS = 64;

  /** Keys of numbers that say which round, worker or layer it is, or are the same all the run. */
  private static final Set<String> NO_CURVE =
      Set.of("round", "worker", "layer", "batch", "time-steps", "total-bytes");

  // Fields of Event.
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;

  // Fields of SessionLog and its status.
  private static final int STATUS = 1;
  private static final long START = 1;

  // Fields of Summary and of Summary.Value.
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int TENSOR = 8;
  private static final int METADATA = 9;

  // Fields of SummaryMetadata and of its PluginData.
  private static final int PLUGIN_DATA = 1;
  private static final int PLUGIN_NAME = 1;

  // Fields of TensorProto, and the type of a string.
  private static final int DTYPE = 1;
  private static final int TENSOR_SHAPE = 2;
  private static final int STRING_VAL = 8;
  private static final long DT_STRING = 7;

  private static final int MASK = 0xa282ead8;

  private EventRecords() {}

  /**
   * The record that a file begins with.
   *
   * @param time in seconds since 1970
   */
  public static byte[] beginning(double time) {
    return record(new Message().number(WALL_TIME, time).text(FILE_VERSION, VERSION));
  }

  /**
   * A process begins to write: what files before this one tell of {@code step} and later is shown
   * no more, for it is trained again.
   */
  public static byte[] restart(double time, long step) {
    return record(event(time, step).message(SESSION_LOG, new Message().number(STATUS, START)));
  }

  /** A text for people, shown as it is. */
  public static byte[] text(double time, long step, String tag, String text) {
    return record(
        event(time, step).message(SUMMARY, new Message().message(VALUE, value(tag, text))));
  }

  /**
   * A line of metrics.
   *
   * @param step place on the axis
   * @param type of the line, the first part of all names
   * @param values numbers become scalars, the line's own texts that are not empty become texts, of
   *     arrays the first {@value #MOST_ELEMENTS} elements; true, false, null, the keys of {@link
   *     #NO_CURVE} and the names that stand within groups show nothing
   */
  public static byte[] line(double time, long step, String type, JsonNode values) {
    Message summary = new Message();
    add(summary, type, values);
    values
        .properties()
        .forEach(
            part -> {
              if (part.getValue().isTextual() && !part.getValue().asText().isEmpty()) {
                String text = part.getValue().asText();
                summary.message(VALUE, value(type + "/" + part.getKey(), text));
              }
            });
    return record(event(time, step).message(SUMMARY, summary));
  }

  private static void add(Message summary, String name, JsonNode node) {
    if (node.isNumber()) {
      summary.message(
          VALUE, new Message().text(TAG, name).number(SIMPLE_VALUE, (float) node.asDouble()));
    } else if (node.isArray()) {
      for (int i = 0; i < Math.min(MOST_ELEMENTS, node.size()); i++) {
        add(summary, name + "/" + i, node.get(i));
      }
    } else {
      for (Map.Entry<String, JsonNode> part : node.properties()) {
        if (!part.getValue().isNumber() || !NO_CURVE.contains(part.getKey())) {
          add(summary, name + "/" + part.getKey(), part.getValue());
        }
      }
    }
  }

  /** Lines that begin with four spaces are Markdown's way to leave a text alone. */
  private static Message value(String tag, String text) {
    Message metadata = new Message().message(PLUGIN_DATA, new Message().text(PLUGIN_NAME, "text"));
    Message tensor =
        new Message()
            .number(DTYPE, DT_STRING)
            .message(TENSOR_SHAPE, new Message()) // a scalar's
            .text(STRING_VAL, text.indent(4));
    return new Message().text(TAG, tag).message(TENSOR, tensor).message(METADATA, metadata);
  }

  private static Message event(double time, long step) {
    return new Message().number(WALL_TIME, time).number(STEP, step);
  }

  private static byte[] record(Message event) {
    byte[] data = event.bytes();
    byte[] length = Message.little(Long.BYTES).putLong(data.length).array();
    return Message.little(Long.BYTES + 2 * Integer.BYTES + data.length)
        .put(length)
        .putInt(masked(length))
        .put(data)
        .putInt(masked(data))
        .array();
  }

  /** A checksum that differs from the one of a text that holds its own. */
  private static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }
}
