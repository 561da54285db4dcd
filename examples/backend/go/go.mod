module example.com/liveness

go 1.19
