package org.seqlm.metrics.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.nd4j.shade.protobuf.UnknownFieldSet;
import org.tensorflow.framework.Summary;

/**
 * Reads event files as TensorBoard does: checksums bit by bit, protocol buffers by the classes that
 * TensorFlow's own definitions make, and what a restart leaves of earlier events.
 */
public final class EventFiles {
  private EventFiles() {}

  /** An event, and its fields as numbers say. */
  record Event(long step, boolean restart, UnknownFieldSet fields) {}

  /** All records of a file, whose checksums must be right. */
  static List<Event> read(byte[] file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = take(in, 8);
      assertThat(in.getInt()).isEqualTo(masked(length));
      byte[] data = take(in, Math.toIntExact(ByteBuffer.wrap(length).order(in.order()).getLong()));
      assertThat(in.getInt()).isEqualTo(masked(data));
      UnknownFieldSet fields = UnknownFieldSet.parseFrom(data);
      List<Long> step = fields.getField(2).getVarintList();
      events.add(new Event(step.isEmpty() ? 0 : step.get(0), fields.hasField(7), fields));
    }
    return events;
  }

  /** What a folder shows: by tag, scalars and texts by step. */
  public static Map<String, TreeMap<Long, Object>> shown(Path folder) throws IOException {
    Map<String, TreeMap<Long, Object>> shown = new TreeMap<>();
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files = list.sorted().toList();
    }
    for (Path file : files) {
      assertThat(file.getFileName().toString()).contains("tfevents");
      List<Event> events = read(Files.readAllBytes(file));
      assertThat(events.get(0).fields().getField(3).getLengthDelimitedList().get(0).toStringUtf8())
          .isEqualTo("brain.Event:2");
      for (Event event : events) {
        if (event.restart()) {
          shown.values().forEach(series -> series.tailMap(event.step(), true).clear());
        }
        for (var summary : event.fields().getField(5).getLengthDelimitedList()) {
          for (Summary.Value value : Summary.parseFrom(summary).getValueList()) {
            shown
                .computeIfAbsent(value.getTag(), tag -> new TreeMap<>())
                .put(event.step(), value(value));
          }
        }
      }
    }
    shown.values().removeIf(TreeMap::isEmpty);
    return shown;
  }

  private static Object value(Summary.Value value) {
    if (!value.hasTensor()) {
      return value.getSimpleValue();
    }
    assertThat(value.getMetadata().getPluginData().getPluginName()).isEqualTo("text");
    assertThat(value.getTensor().getDtypeValue()).isEqualTo(7);
    return value.getTensor().getStringVal(0).toStringUtf8();
  }

  private static byte[] take(ByteBuffer in, int count) {
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }

  /** CRC-32C by Castagnoli's polynomial, a bit at a time, and TensorFlow's mask. */
  private static int masked(byte[] bytes) {
    int crc = -1;
    for (byte b : bytes) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
      }
    }
    crc = ~crc;
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }
}
