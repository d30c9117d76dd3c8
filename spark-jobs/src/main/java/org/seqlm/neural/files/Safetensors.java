package org.seqlm.neural.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.neural.ParameterLayout;
import org.seqlm.neural.learner.RawFloats;

/**
 * A network's parameters in the safetensors format: the header's length as eight little-endian
 * bytes, a JSON header of names, shapes and offsets, then the tensors as little-endian float32. The
 * tensors follow one another in the layout's order, so the data is the flat array itself.
 */
final class Safetensors {
  private Safetensors() {}

  /** Writes one flat array under the names and shapes of its layout. */
  static void write(OutputStream out, ParameterLayout layout, float[] values) throws IOException {
    ObjectNode header = Json.mapper().createObjectNode();
    header.putObject("__metadata__").put("format", "pt");
    for (ParameterLayout.Tensor tensor : layout.tensors()) {
      ObjectNode entry = header.putObject(tensor.name());
      entry.put("dtype", "F32");
      tensor.shape().forEach(entry.putArray("shape")::add);
      entry
          .putArray("data_offsets")
          .add(4L * tensor.offset())
          .add(4L * (tensor.offset() + tensor.size()));
    }
    byte[] json = Json.line(header).getBytes(StandardCharsets.UTF_8);
    // The data begins at a multiple of eight; spaces may follow the header.
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(padded.length).array());
    out.write(padded);
    RawFloats.write(out, values);
  }

  /**
   * Reads a file that holds exactly a layout's tensors.
   *
   * @param name of the file, for messages
   * @throws UserException with exit code 3 if it holds anything else
   */
  static float[] read(byte[] content, ParameterLayout layout, String name) {
    ByteBuffer buffer = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    long length = content.length < 8 ? -1 : buffer.getLong();
    if (length < 2 || length > buffer.remaining()) {
      throw UserException.data(name + " is damaged: it has no safetensors header");
    }
    JsonNode header;
    try {
      header = Json.mapper().readTree(content, 8, (int) length);
    } catch (IOException e) {
      throw UserException.data(name + " is damaged: its safetensors header is no JSON", e);
    }
    ByteBuffer data =
        ByteBuffer.wrap(content, 8 + (int) length, content.length - 8 - (int) length)
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[layout.size()];
    for (ParameterLayout.Tensor tensor : layout.tensors()) {
      JsonNode entry = header.path(tensor.name());
      long from = entry.path("data_offsets").path(0).asLong(-1);
      long to = entry.path("data_offsets").path(1).asLong(-1);
      boolean fits =
          entry.path("dtype").asText().equals("F32")
              && entry.path("shape").equals(Json.tree(tensor.shape()))
              && from >= 0
              && to <= data.limit()
              && to - from == 4L * tensor.size();
      if (!fits) {
        throw UserException.data(
            name
                + " does not fit its network: tensor "
                + tensor.name()
                + " must be F32 "
                + tensor.shape()
                + ", but is "
                + (entry.isMissingNode() ? "missing" : entry.toString()));
      }
      data.position((int) from);
      data.slice()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values, tensor.offset(), tensor.size());
    }
    return values;
  }
}
