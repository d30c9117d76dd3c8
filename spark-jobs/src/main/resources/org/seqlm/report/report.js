(function () {
  'use strict';
  // What does not scroll needs no stop on the way through the page.
  function stops() {
    document.querySelectorAll('.scroll').forEach(function (table) {
      var scrolls = table.scrollWidth > table.clientWidth || table.scrollHeight > table.clientHeight;
      if (scrolls) table.setAttribute('tabindex', '0'); else table.removeAttribute('tabindex');
    });
  }
  stops();
  window.addEventListener('resize', stops);
  document.addEventListener('toggle', stops, true);
  var charts = JSON.parse(document.getElementById('charts').textContent);
  if (!charts.length || typeof Chart === 'undefined') return;
  document.documentElement.classList.add('drawn');
  var shapes = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot', 'rectRounded', 'cross'];
  var drawn = [];

  function css(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function colour(index) {
    return index < 0 ? css('--quiet') : css('--c' + index % 8);
  }

  // Where the colours come round again, other dashes and other shapes.
  var dashes = [[], [8, 3], [3, 3], [10, 3, 2, 3]];

  function turn(index) {
    return Math.floor(Math.max(0, index) / 8);
  }

  function dash(series) {
    return series.mark === 'dashes' ? [7, 4] : dashes[turn(series.colour) % dashes.length];
  }

  function shape(index) {
    return shapes[(Math.max(0, index) + turn(index)) % shapes.length];
  }

  function number(value, more) {
    var size = Math.abs(value), digits = 3 + (more || 0);
    if (size >= 1e6) return +(value / 1e6).toPrecision(digits) + ' M';
    if (size >= 1e4) return +(value / 1e3).toPrecision(digits) + ' k';
    if (size > 0 && size < 1e-3) return value.toExponential(digits - 1).replace(/\.?0+e/, 'e');
    return String(+value.toPrecision(digits + 1));
  }

  // A tick's label: with as many digits as tell it from the others, small ones written as large ones are.
  function label(value, ticks) {
    var plain = ticks.some(function (tick) { return Math.abs(tick.value) >= 1e-3; }), more = 0;
    function text(one) {
      return plain && Math.abs(one) < 1e-3 ? String(+one.toPrecision(4 + more)) : number(one, more);
    }
    for (; more < 8; more++) {
      var all = ticks.map(function (tick) { return text(tick.value); });
      if (new Set(all).size === all.length) break;
    }
    return text(value);
  }

  // At least so much: 1, 2 or 5 of a power of ten.
  function even(value) {
    var power = Math.pow(10, Math.floor(Math.log10(value)));
    return power * [1, 2, 5, 10].find(function (lead) { return lead * power >= value; });
  }

  // A label in as many lines as it takes: Chart.js cuts what is wider than its half of a chart.
  function broken(text, most) {
    var signs = Array.from(text), lines = [];
    var count = Math.ceil(signs.length / Math.max(8, most));
    for (var i = 0; i < count; i++) {
      lines.push(signs.slice(Math.round(i * signs.length / count), Math.round((i + 1) * signs.length / count)).join(''));
    }
    return lines;
  }

  // Straight lines to compare with: the floor, chance.
  var rules = {
    id: 'rules',
    afterDatasetsDraw: function (chart, args, options) {
      var area = chart.chartArea, draw = chart.ctx;
      (options.rules || []).forEach(function (rule) {
        var across = options.bars;
        var at = chart.scales[across ? 'x' : 'y'].getPixelForValue(rule.value);
        draw.save();
        draw.strokeStyle = css('--ink');
        draw.fillStyle = css('--ink');
        draw.lineWidth = 1.5;
        draw.setLineDash([6, 4]);
        draw.beginPath();
        draw.moveTo(across ? at : area.left, across ? area.top - 4 : at);
        draw.lineTo(across ? at : area.right, across ? area.bottom : at);
        draw.stroke();
        draw.font = '600 12px system-ui, sans-serif';
        draw.textAlign = across ? 'center' : 'right';
        draw.textBaseline = 'bottom';
        var text = rule.name + ' ' + number(rule.value);
        var half = draw.measureText(text).width / 2;
        var x = across ? Math.max(half, Math.min(at, chart.width - half)) : area.right - 4;
        // Below a floor there is room, above it are the curves; of a ceiling it is the other way round.
        var below = !across && !rule.ceiling && area.bottom - at > 16;
        if (below) draw.textBaseline = 'top';
        draw.fillText(text, x, across ? area.top - 5 : below ? at + 4 : at - 4);
        draw.restore();
      });
    }
  };

  // The interval of each point that has one.
  var whiskers = {
    id: 'whiskers',
    beforeDatasetsDraw: function (chart) {
      var draw = chart.ctx, y = chart.scales.y;
      chart.data.datasets.forEach(function (line, i) {
        if (!chart.isDatasetVisible(i)) return;
        chart.getDatasetMeta(i).data.forEach(function (point, j) {
          var value = line.data[j];
          if (value.low === undefined) return;
          draw.save();
          draw.strokeStyle = line.borderColor;
          draw.lineWidth = 1.5;
          draw.beginPath();
          [value.low, value.high].forEach(function (end, k) {
            var at = y.getPixelForValue(end);
            draw.moveTo(point.x - 4, at);
            draw.lineTo(point.x + 4, at);
            if (k === 0) draw.moveTo(point.x, at); else return;
            draw.lineTo(point.x, y.getPixelForValue(value.high));
          });
          draw.stroke();
          draw.restore();
        });
      });
    }
  };

  // What a line shows: its dashes, and marks only where it has some.
  var KEY = 30;
  function key(line) {
    var canvas = document.createElement('canvas'), scale = window.devicePixelRatio || 1;
    canvas.width = KEY * scale;
    canvas.height = 14 * scale;
    canvas.setAttribute('aria-hidden', 'true');
    var draw = canvas.getContext('2d');
    draw.scale(scale, scale);
    draw.strokeStyle = line.borderColor;
    draw.fillStyle = line.backgroundColor;
    if (line.showLine) {
      draw.lineWidth = line.borderWidth;
      draw.setLineDash(line.borderDash);
      draw.beginPath();
      draw.moveTo(0, 7);
      draw.lineTo(KEY, 7);
      draw.stroke();
    }
    if (line.pointRadius > 0) {
      draw.setLineDash([]);
      Chart.helpers.drawPoint(draw, { pointStyle: line.pointStyle, radius: line.pointRadius,
        borderWidth: 1, rotation: 0 }, KEY / 2, 7);
    }
    return canvas;
  }

  // A button a line, that takes it out of the chart and back.
  var out = {};
  function legend(chart, id) {
    var place = chart.canvas.parentNode, old = place.parentNode.querySelector('ul.legend');
    if (old) old.remove();
    if (chart.config.type !== 'line' || chart.data.datasets.length < 2) return;
    var list = document.createElement('ul');
    list.className = 'legend';
    chart.data.datasets.forEach(function (line, i) {
      var item = document.createElement('li'), button = document.createElement('button'), name = document.createElement('span');
      var which = id + ' ' + i;
      name.dir = 'auto';
      name.textContent = line.label;
      button.type = 'button';
      button.append(key(line), name);
      function show() {
        chart.setDatasetVisibility(i, !out[which]);
        button.setAttribute('aria-pressed', String(!out[which]));
      }
      show();
      button.addEventListener('click', function () {
        out[which] = !out[which];
        show();
        chart.update();
      });
      item.append(button);
      list.append(item);
    });
    place.after(list);
    chart.update();
  }

  // Arrow keys go from point to point, and what the tooltip shows is said.
  function keys(chart) {
    var canvas = chart.canvas, at = [0, -1];
    var said = canvas.parentNode.querySelector('.sr') || document.createElement('p');
    said.className = 'sr';
    said.setAttribute('aria-live', 'polite');
    canvas.parentNode.append(said);
    canvas.onkeydown = function (event) {
      var step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
      if (event.key === 'Escape') return point([]);
      if (!step) return;
      var lines = chart.data.datasets, bars = chart.config.type === 'bar', series = at[0];
      if (bars) step = [0, step[0] || step[1]];
      do {
        series += step[0];
      } while (step[0] && lines[series] && !chart.isDatasetVisible(series));
      if (lines[series]) at[0] = series;
      at[1] = Math.max(0, Math.min(at[1] + step[1], lines[at[0]].data.length - 1));
      point([{ datasetIndex: at[0], index: at[1] }]);
      event.preventDefault();
    };
    canvas.onblur = function () { point([]); };
    function point(active) {
      var where = active.length ? chart.getDatasetMeta(at[0]).data[at[1]] : { x: 0, y: 0 };
      chart.setActiveElements(active);
      chart.tooltip.setActiveElements(active, { x: where.x, y: where.y });
      chart.update();
      var tip = chart.tooltip;
      said.textContent = active.length ? tip.title.concat(tip.body.map(function (part) { return part.lines.join(' '); })).join(': ') : '';
    }
  }

  function day(value) {
    return new Date(Math.round(value) * 864e5).toISOString().slice(0, 10);
  }

  function axis(spec, data) {
    var log = spec.scale === 'logarithmic';
    // Of so little of a power of ten that its lines are no help.
    var near = log && data.span > 1 && data.span < 5;
    var result = {
      type: log ? 'logarithmic' : 'linear',
      title: { display: true, text: spec.title, color: css('--quiet') },
      grid: { color: css('--line'), drawTicks: false },
      border: { display: false },
      ticks: { color: css('--quiet'), padding: 6, maxRotation: 0, callback: function (value, index, ticks) {
        if (spec.scale === 'date') return day(value);
        if (!log) return label(value, ticks);
        var power = Math.floor(Math.log10(value) + 1e-9);
        var lead = value / Math.pow(10, power);
        // Of many powers of ten, so few that their labels have room.
        if (data.span > 1e8 && power % Math.ceil(Math.log10(data.span) / 8) !== 0) return '';
        var few = data.span && data.span < 200;
        lead = Math.round(lead * 1e6) / 1e6;
        return near || lead === 1 || few && (lead === 2 || lead === 5) ? number(value) : '';
      }, includeBounds: false, autoSkip: !log }
    };
    if (spec.scale === 'date') {
      result.ticks.precision = 0;
      result.ticks.maxTicksLimit = 6;
    }
    if (near) result.afterBuildTicks = function (built) {
      var step = even((built.max - built.min) / 5);
      built.ticks = [];
      for (var i = Math.ceil(built.min / step); i * step <= built.max; i++) built.ticks.push({ value: i * step });
    };
    // Over many powers of ten the lines between them are a grey haze.
    if (log && data.span > 1e4) result.afterBuildTicks = function (built) {
      built.ticks = built.ticks.filter(function (tick) {
        var power = Math.log10(tick.value);
        return Math.abs(power - Math.round(power)) < 1e-6;
      });
    };
    if (spec.low !== null) result.min = spec.low;
    if (spec.high !== null) result.max = spec.high;
    return result;
  }

  function lines(chart) {
    var ys = [];
    chart.series.forEach(function (s) { s.points.forEach(function (p) { ys.push.apply(ys, p.slice(1)); }); });
    var whole = chart.series.some(function (s) { return s.points.some(function (p) { return p.length > 2; }); });
    chart.rules.forEach(function (r) { ys.push(r.value); });
    var low = Math.min.apply(null, ys), high = Math.max.apply(null, ys);
    // What lies beyond the axis has no part in how it is divided.
    if (chart.y.low !== null) low = Math.max(low, chart.y.low);
    if (chart.y.high !== null) high = Math.min(high, chart.y.high);
    var y = axis(chart.y, { span: high / low });
    var top = Math.max.apply(null, [].concat.apply([], chart.series.map(function (s) { return s.points.map(function (p) { return p[1]; }); })));
    chart.rules.forEach(function (r) { r.ceiling = r.value > top - 0.05 * (high - low); });
    var ceilings = chart.rules.length > 0 && chart.rules.every(function (r) { return r.ceiling; });
    // Room above a ceiling for its name, without the numbers that nothing reaches.
    if (ceilings && chart.y.high === null && chart.y.scale === 'linear') {
      y.max = high + 0.12 * (high - low);
      y.afterBuildTicks = function (built) {
        built.ticks = built.ticks.filter(function (tick) { return tick.value <= high + 1e-9 * (high - low); });
      };
    }
    // Room below a floor, so that its line is seen.
    if (chart.y.low === null && chart.rules.length && !ceilings) {
      if (chart.y.scale === 'logarithmic') {
        y.min = low * Math.pow(high / low, -0.12);
        y.max = chart.y.high === null ? high * 1.05 : high;
      } else {
        y.suggestedMin = low - 0.12 * (high - low);
      }
    }
    if (chart.y.high === 100) y.suggestedMax = 100;
    if (whole) {
      y.suggestedMin = low - 0.05 * (high - low);
      y.suggestedMax = high + 0.05 * (high - low);
    }
    var x = axis(chart.x, {});
    if (chart.x.scale === 'linear') {
      var last = Math.max.apply(null, chart.series.map(function (s) { return s.points[s.points.length - 1][0]; }));
      // A run that ended before its first round has one point, at 0.
      if (last > (chart.x.low || 0)) x.max = last;
    }
    if (chart.x.scale === 'date') {
      var days = chart.series.flatMap(function (s) { return s.points.map(function (p) { return p[0]; }); });
      var first = Math.min.apply(null, days), end = Math.max.apply(null, days);
      x.min = first - 0.03 * (end - first);
      x.max = end + 0.03 * (end - first);
    }
    return {
      type: 'line',
      data: { datasets: chart.series.map(function (s) {
        var dots = s.mark === 'points' || s.mark === 'line-and-points';
        return {
          label: s.label,
          data: s.points.map(function (p) { return { x: p[0], y: p[1], low: p[2], high: p[3] }; }),
          borderColor: colour(s.colour),
          backgroundColor: colour(s.colour),
          borderWidth: s.colour < 0 ? 1.5 : 2.5,
          borderDash: dash(s),
          showLine: s.mark !== 'points',
          pointRadius: dots ? (s.mark === 'points' && s.points.length > 60 ? 2.5 : 4) : 0,
          pointHitRadius: 8,
          pointStyle: shape(s.colour),
          clip: 8
        };
      }) },
      options: {
        scales: { x: x, y: y },
        interaction: { mode: 'nearest', intersect: false },
        plugins: {
          legend: { display: false },
          tooltip: { callbacks: {
            title: function (items) { 
              var x = items[0].parsed.x;
              return chart.x.title + ' ' + (chart.x.scale === 'date' ? day(x) : number(x));
            },
            label: function (item) {
              var interval = item.raw.low === undefined ? '' : ' (' + number(item.raw.low) + ' to ' + number(item.raw.high) + ')';
              return ' ' + item.dataset.label + ': ' + number(item.parsed.y) + interval;
            }
          } },
          rules: { rules: chart.rules, bars: false }
        }
      }
    };
  }

  function bars(chart) {
    var x = axis(chart.y, {});
    return {
      type: 'bar',
      data: {
        labels: chart.series.map(function (s) { return s.label; }),
        datasets: [{
          data: chart.series.map(function (s) { return s.points[0][1]; }),
          ends: chart.series.map(function (s) { return s.points[0].slice(2); }),
          backgroundColor: chart.series.map(function (s) { return colour(s.colour); }),
          maxBarThickness: 20,
          borderRadius: 3
        }]
      },
      options: {
        indexAxis: 'y',
        layout: { padding: { top: chart.rules.length ? 20 : 4, right: 56 } },
        scales: { x: x, y: { grid: { display: false }, border: { display: false },
          ticks: { color: css('--ink'), autoSkip: false, callback: function (value) {
            return broken(this.getLabelForValue(value), Math.floor(this.chart.width * 0.48 / 6.5));
          } } } },
        plugins: {
          legend: { display: false },
          tooltip: { callbacks: { label: function (item) {
            var ends = item.dataset.ends[item.dataIndex];
            var interval = ends.length ? ' (' + number(ends[0]) + ' to ' + number(ends[1]) + ')' : '';
            return ' ' + number(item.parsed.x) + ' ' + chart.y.title + interval;
          } } },
          rules: { rules: chart.rules, bars: true },
          values: { on: true, digits: chart.y.digits }
        }
      }
    };
  }

  var values = {
    id: 'values',
    afterDatasetsDraw: function (chart, args, options) {
      if (!options.on) return;
      var draw = chart.ctx;
      draw.save();
      draw.fillStyle = css('--ink');
      draw.font = '12px system-ui, sans-serif';
      draw.textBaseline = 'middle';
      draw.strokeStyle = css('--ink');
      var set = chart.data.datasets[0], x = chart.scales.x;
      chart.getDatasetMeta(0).data.forEach(function (bar, i) {
        var value = set.data[i], ends = set.ends[i].map(function (end) { return x.getPixelForValue(end); });
        if (ends.length) {
          draw.beginPath();
          draw.moveTo(ends[0], bar.y);
          draw.lineTo(ends[1], bar.y);
          ends.forEach(function (at) {
            draw.moveTo(at, bar.y - 4);
            draw.lineTo(at, bar.y + 4);
          });
          draw.stroke();
        }
        // Beyond the bar and its interval, on the side to which it grows.
        var left = value < 0;
        draw.textAlign = left ? 'right' : 'left';
        var text = options.digits < 0 ? number(value) : value.toFixed(options.digits);
        draw.fillText(text, (left ? Math.min : Math.max).apply(null, [bar.x].concat(ends)) + (left ? -6 : 6), bar.y);
      });
      draw.restore();
    }
  };

  function drawAll() {
    drawn.forEach(function (chart) { chart.destroy(); });
    // What is folded away has no size to draw in; it is drawn when it is unfolded.
    drawn = charts.filter(function (chart) {
      var course = document.getElementById(chart.id).closest('details.course');
      return !course || course.open;
    }).map(function (chart) {
      var config = chart.kind === 'bars' ? bars(chart) : lines(chart);
      config.options.animation = false;
      config.options.responsive = true;
      config.options.maintainAspectRatio = false;
      config.plugins = [rules, values, whiskers];
      var made = new Chart(document.getElementById(chart.id), config);
      legend(made, chart.id);
      keys(made);
      return made;
    });
  }

  drawAll();
  document.querySelectorAll('details.course').forEach(function (course) {
    course.addEventListener('toggle', drawAll);
  });
  var dark = window.matchMedia('(prefers-color-scheme: dark)');
  if (dark.addEventListener) dark.addEventListener('change', drawAll);
  // Paper is white.
  ['beforeprint', 'afterprint'].forEach(function (event) {
    window.addEventListener(event, function () {
      document.documentElement.classList.toggle('printing', event === 'beforeprint');
      drawAll();
    });
  });
})();
