package org.seqlm.text.subword;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** Writes a table as SentencePiece precompiles it, without a care for its size. */
final class TinyCharsMap {
  private static final class Node {
    final TreeMap<Integer, Node> next = new TreeMap<>();
    int value = -1;
  }

  private final int[] units = new int[1 << 16];
  private final boolean[] used = new boolean[1 << 16];

  private TinyCharsMap() {}

  static String base64(Map<String, String> map) {
    ByteArrayOutputStream texts = new ByteArrayOutputStream();
    Node root = new Node();
    new TreeMap<>(map)
        .forEach(
            (key, text) -> {
              Node node = root;
              for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
                node = node.next.computeIfAbsent(b & 0xFF, absent -> new Node());
              }
              node.value = texts.size();
              texts.writeBytes(text.getBytes(StandardCharsets.UTF_8));
              texts.write(0);
            });
    TinyCharsMap array = new TinyCharsMap();
    array.used[0] = true;
    array.place(root, 0);
    ByteBuffer bytes =
        ByteBuffer.allocate(4 + 4 * array.units.length + texts.size())
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(4 * array.units.length);
    for (int unit : array.units) {
      bytes.putInt(unit);
    }
    bytes.put(texts.toByteArray());
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private void place(Node node, int at) {
    int offset = 1;
    while (!fits(node, at ^ offset)) {
      offset++;
    }
    units[at] |= offset << 10;
    int base = at ^ offset;
    if (node.value >= 0) {
      units[at] |= 1 << 8;
      units[base] = node.value | 1 << 31;
      used[base] = true;
    }
    node.next.forEach(
        (label, child) -> {
          used[base ^ label] = true;
          units[base ^ label] = label;
        });
    node.next.forEach((label, child) -> place(child, base ^ label));
  }

  private boolean fits(Node node, int base) {
    return (node.value < 0 || !used[base])
        && node.next.keySet().stream().noneMatch(label -> used[base ^ label]);
  }
}
