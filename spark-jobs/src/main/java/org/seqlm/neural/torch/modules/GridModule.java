package org.seqlm.neural.torch.modules;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.network.Grid;

/**
 * A recurrent network over grids: of a batch it reads {@code values} (B, e1 P, …, en P, C) and
 * {@code label} (B). What cells read is multiplied once for all positions; then the cells of an
 * anti-diagonal are computed together, from all corners, the products of all dimensions in one.
 */
final class GridModule extends LabelModule {
  private final Grid network;
  private final List<GridOrder> orders = new ArrayList<>(); // from each corner

  GridModule(Grid network) {
    this.network = network;
    for (int corner = 0; corner < network.corners(); corner++) {
      orders.add(new GridOrder(network.extents(), corner));
    }
  }

  @Override
  Tensor logits(Pass pass, Batch batch) {
    Tensor states = states(pass, cut(pass.floats(batch.floats("values")), batch.size()));
    Tensor read =
        network.readout() == Grid.Readout.LAST
            ? states.select(1, states.size(1) - 1)
            : states.mean(1);
    // (K, B, H) as (B, K H): corner by corner.
    return pass.linear("out", read.transpose(0, 1).reshape(batch.size(), network.outputWidth()));
  }

  /**
   * What each cell reads: its values along every dimension, row-major, channels last.
   *
   * @return (cells, B, in), cells row-major
   */
  private Tensor cut(Tensor values, int batch) {
    int n = network.dimensions();
    List<Long> shape = new ArrayList<>(List.of((long) batch));
    List<Long> order = new ArrayList<>();
    for (int d = 0; d < n; d++) {
      shape.add((long) network.extents().get(d));
      shape.add((long) network.patch());
      order.add(1L + 2 * d);
    }
    shape.add((long) network.channels());
    order.add(0L);
    for (int d = 0; d < n; d++) {
      order.add(2L + 2 * d);
    }
    order.add(1L + 2 * n);
    return values.view(array(shape)).permute(array(order)).reshape(-1, batch, network.inputs());
  }

  private static long[] array(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * The states h of all cells from every corner, each in the order in which they are computed.
   *
   * @param x (cells, B, in)
   * @return (K, cells, B, H)
   */
  private Tensor states(Pass pass, Tensor x) {
    int n = network.dimensions();
    long corners = network.corners();
    long batch = x.size(1);
    long hidden = network.hidden();
    long rows = network.gates() * hidden;
    Tensor products = products(pass, x);
    Tensor weight = stacked(pass, "weight_").transpose(1, 2); // (K, H, n G H)
    Tensor bias = stacked(pass, "bias_").unsqueeze(1); // (K, 1, n G H)
    Tensor none = pass.device().zeros(pass.type(), corners, 1, batch, n * rows);
    Tensor nothing = pass.device().zeros(pass.type(), corners, 1, batch, hidden);
    TensorVector states = new TensorVector();
    Tensor h = null; // of the diagonal before, (K, cells, B, H), and so is c
    Tensor c = null;
    // Seen from its corner the grid is the same from each.
    List<GridOrder.Diagonal> diagonals = orders.get(0).diagonals();
    // In one cut: the way back joins the parts once, where that of each by itself is a whole.
    TensorVector own =
        products.split_with_sizes(
            diagonals.stream().mapToLong(GridOrder.Diagonal::size).toArray(), 1);
    for (int i = 0; i < diagonals.size(); i++) {
      GridOrder.Diagonal diagonal = diagonals.get(i);
      Tensor sum = own.get(i);
      Tensor[] kept = new Tensor[n]; // c of the neighbour along each dimension
      if (h != null) {
        Tensor flat = h.reshape(corners, h.size(1) * batch, hidden);
        Tensor made = torch.baddbmm(bias, flat, weight).view(corners, h.size(1), batch, n * rows);
        // Who has no neighbour along a dimension takes the last: nothing, without a bias.
        TensorVector passed = torch.cat(new TensorVector(made, none), 1).split(rows, 3);
        Tensor memory = c == null ? null : torch.cat(new TensorVector(c, nothing), 1);
        for (int d = 0; d < n; d++) {
          Tensor before = pass.device().of(diagonal.before()[d], diagonal.size());
          sum = sum.add(passed.get(d).index_select(1, before));
          kept[d] = memory == null ? null : memory.index_select(1, before);
        }
      }
      if (network.cell() == Grid.Cell.RNN) {
        h = torch.tanh(sum);
      } else {
        TensorVector gates = sum.chunk(network.gates(), 3);
        c = torch.mul(torch.sigmoid(gates.get(0)), torch.tanh(gates.get(n + 1L)));
        for (int d = 0; d < n && kept[d] != null; d++) {
          c = torch.addcmul(c, torch.sigmoid(gates.get(1L + d)), kept[d]);
        }
        h = torch.mul(torch.sigmoid(gates.get(n + 2L)), torch.tanh(c));
      }
      states.push_back(h);
    }
    return torch.cat(states, 1);
  }

  /** The products of what cells read, (K, cells, B, G H), cells in each corner's order. */
  private Tensor products(Pass pass, Tensor x) {
    TensorVector products = new TensorVector();
    for (int k = 0; k < network.corners(); k++) {
      String name = "grid." + k + ".";
      TensorOptional bias = new TensorOptional(pass.weight(name + "bias_x"));
      long[] cells = orders.get(k).cells();
      products.push_back(
          torch
              .linear(x, pass.weight(name + "weight_x"), bias)
              .index_select(0, pass.device().of(cells, cells.length)));
    }
    return torch.stack(products);
  }

  /** The parameters of all dimensions one behind the other, of each corner: (K, n G H, …). */
  private Tensor stacked(Pass pass, String name) {
    TensorVector all = new TensorVector();
    for (int k = 0; k < network.corners(); k++) {
      TensorVector one = new TensorVector();
      for (int d = 0; d < network.dimensions(); d++) {
        one.push_back(pass.weight("grid." + k + "." + name + d));
      }
      all.push_back(torch.cat(one, 0));
    }
    return torch.stack(all);
  }
}
