// Runs ONNX graphs with OpenCV's dnn module, which shares no code with ONNX Runtime or torch.
//
//     opencv_embed GRAPH.onnx SIDE COUNT PIXELS.bin
//
// PIXELS.bin holds COUNT faces as 32-bit floats, [COUNT, 3, SIDE, SIDE]. Prints an embedding a line, one face after another.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <opencv2/dnn.hpp>

int main(int argc, char** argv)
{
    if (argc != 5) return 2;
    const int side = std::atoi(argv[2]), count = std::atoi(argv[3]);
    cv::dnn::Net net = cv::dnn::readNetFromONNX(argv[1]);
    net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    std::ifstream pixels(argv[4], std::ios::binary);
    for (int face = 0; face < count; face++)
    {
        const int sides[] = {1, 3, side, side};
        cv::Mat input(4, sides, CV_32F);
        pixels.read(reinterpret_cast<char*>(input.data), sizeof(float) * input.total());
        if (!pixels) return 3;
        net.setInput(input, "pixels");
        const cv::Mat embedding = net.forward().reshape(1, 1);
        for (int i = 0; i < embedding.cols; i++) std::printf(i ? " %.9g" : "%.9g", embedding.at<float>(0, i));
        std::printf("\n");
    }
}
