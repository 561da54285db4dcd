//! Writes small ONNX files with only the required fields: <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>.

/// A length-delimited field: a string or a nested message.
fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
    [varint(field << 3 | 2), varint(value.len() as u64), value.to_vec()].concat()
}

/// A varint field.
fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

const FLOAT: u64 = 1;

fn node(operator: &str, inputs: &[&str], output: &str) -> Vec<u8> {
    let inputs: Vec<u8> = inputs.iter().flat_map(|name| bytes(1, name.as_bytes())).collect();
    bytes(1, &[inputs, bytes(2, output.as_bytes()), bytes(4, operator.as_bytes())].concat())
}

fn value(field: u64, name: &str, shape: &[u64]) -> Vec<u8> {
    let shape: Vec<u8> = shape.iter().flat_map(|side| bytes(1, &number(1, *side))).collect();
    let kind = bytes(1, &[number(1, FLOAT), bytes(2, &shape)].concat());
    bytes(field, &[bytes(1, name.as_bytes()), bytes(2, &kind)].concat())
}

/// A network whose outputs are the mean of each channel times `weights`, one row per channel. `operator` computes the
/// mean: `GlobalAveragePool` is the one that exists.
pub(super) fn means_times(operator: &str, side: u64, weights: &[[f32; 2]; 3]) -> Vec<u8> {
    let raw: Vec<u8> = weights.iter().flatten().flat_map(|weight| weight.to_le_bytes()).collect();
    let weights = [number(1, 3), number(1, 2), number(2, FLOAT), bytes(8, b"weights"), bytes(9, &raw)].concat();
    let graph = [
        node(operator, &["picture"], "means"),
        node("Flatten", &["means"], "flat"),
        node("MatMul", &["flat", "weights"], "classes"),
        bytes(2, b"means"),
        bytes(5, &weights),
        value(11, "picture", &[1, 3, side, side]),
        value(12, "classes", &[1, 2]),
    ];
    [number(1, 8), bytes(8, &number(2, 13)), bytes(7, &graph.concat())].concat()
}
