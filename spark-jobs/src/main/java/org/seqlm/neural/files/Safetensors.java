package org.seqlm.neural.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.neural.learner.RawFloats;
import org.seqlm.neural.network.ParameterLayout;

/**
 * A network's parameters in the safetensors format: the header's length as eight little-endian
 * bytes, a JSON header of names, shapes and offsets, then the tensors as little-endian float32. The
 * tensors follow one another in the layout's order, so the data is the flat array itself.
 */
final class Safetensors {
  private Safetensors() {}

  /** Writes one flat array under the names and shapes of its layout. */
  static void write(OutputStream out, ParameterLayout layout, float[] values) throws IOException {
    writeHeader(out, Map.of(), layout.tensors());
    RawFloats.write(out, values);
  }

  /**
   * Writes tensors one after the other, each made when it is written.
   *
   * @param metadata what the file says of itself, by key
   * @param tensors whose offsets do not count here
   */
  static void write(
      OutputStream out,
      Map<String, String> metadata,
      List<ParameterLayout.Tensor> tensors,
      Function<ParameterLayout.Tensor, float[]> values)
      throws IOException {
    writeHeader(out, metadata, tensors);
    for (ParameterLayout.Tensor tensor : tensors) {
      RawFloats.write(out, values.apply(tensor));
    }
  }

  private static void writeHeader(
      OutputStream out, Map<String, String> metadata, List<ParameterLayout.Tensor> tensors)
      throws IOException {
    ObjectNode header = Json.mapper().createObjectNode();
    ObjectNode about = header.putObject("__metadata__").put("format", "pt");
    metadata.forEach(about::put);
    long at = 0;
    for (ParameterLayout.Tensor tensor : tensors) {
      ObjectNode entry = header.putObject(tensor.name());
      entry.put("dtype", "F32");
      tensor.shape().forEach(entry.putArray("shape")::add);
      entry.putArray("data_offsets").add(at).add(at + 4L * tensor.size());
      at += 4L * tensor.size();
    }
    byte[] json = Json.line(header).getBytes(StandardCharsets.UTF_8);
    // The data begins at a multiple of eight; spaces may follow the header.
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(padded.length).array());
    out.write(padded);
  }

  /** More than any header has: a tensor takes about 100 bytes of it. */
  private static final int MAX_HEADER = 1 << 27;

  private static final int BUFFER = 1 << 16;

  /**
   * Reads a file that holds exactly a layout's tensors, in any order. It may be longer than an
   * array of bytes can be: only the values are held.
   *
   * @param in closed by the caller, who then knows whether the bytes are those that were written
   * @param name of the file, for messages
   * @throws UserException with exit code 3 if it holds anything else
   */
  static float[] read(InputStream in, ParameterLayout layout, String name) throws IOException {
    byte[] start = in.readNBytes(8);
    long length =
        start.length < 8 ? -1 : ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] text = length < 2 || length > MAX_HEADER ? start : in.readNBytes((int) length);
    if (text.length != length) {
      throw UserException.data(name + " is damaged: it has no safetensors header");
    }
    JsonNode header;
    try {
      header = Json.mapper().readTree(text);
    } catch (IOException e) {
      throw UserException.data(name + " is damaged: its safetensors header is no JSON", e);
    }
    float[] values = new float[layout.size()];
    List<ParameterLayout.Tensor> tensors = new ArrayList<>(layout.tensors());
    for (ParameterLayout.Tensor tensor : tensors) {
      check(header.path(tensor.name()), tensor, name);
    }
    tensors.sort(Comparator.comparingLong(tensor -> from(header.path(tensor.name()))));
    long at = 0;
    for (ParameterLayout.Tensor tensor : tensors) {
      long from = from(header.path(tensor.name()));
      if (from < at) {
        throw misfit(name, tensor, header.path(tensor.name()));
      }
      try {
        in.skipNBytes(from - at);
        read(in, values, tensor.offset(), tensor.size());
      } catch (EOFException e) {
        throw misfit(name, tensor, header.path(tensor.name()));
      }
      at = from + 4L * tensor.size();
    }
    return values;
  }

  private static void read(InputStream in, float[] values, int offset, int size)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    for (int done = 0; done < size; ) {
      int count = Math.min(BUFFER / 4, size - done);
      if (in.readNBytes(buffer.array(), 0, 4 * count) < 4 * count) {
        throw new EOFException();
      }
      buffer.asFloatBuffer().get(values, offset + done, count);
      done += count;
    }
  }

  private static long from(JsonNode entry) {
    return entry.path("data_offsets").path(0).asLong(-1);
  }

  private static void check(JsonNode entry, ParameterLayout.Tensor tensor, String name) {
    long from = from(entry);
    long to = entry.path("data_offsets").path(1).asLong(-1);
    if (!entry.path("dtype").asText().equals("F32")
        || !entry.path("shape").equals(Json.tree(tensor.shape()))
        || from < 0
        || to - from != 4L * tensor.size()) {
      throw misfit(name, tensor, entry);
    }
  }

  private static UserException misfit(String name, ParameterLayout.Tensor tensor, JsonNode entry) {
    return UserException.data(
        name
            + " does not fit its network: tensor "
            + tensor.name()
            + " must be F32 "
            + tensor.shape()
            + ", but is "
            + (entry.isMissingNode() ? "missing" : entry.toString()));
  }
}
